// Reads the running API by the types of its description; prints what it found.
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

declare const process: { env: Record<string, string> };

const headers = { Authorization: `Bearer ${process.env.API_TOKEN}` };
// The same address also gives a stream and CloudEvents; this client asks for neither.
type Read = "application/json" | "application/problem+json";
const api = createClient<paths, Read>({ baseUrl: process.env.API_URL, headers });

const page = await api.GET("/api/events", { params: { query: { limit: 10 } } });
const sequences: number[] = (page.data?.events ?? []).map((event) => event.sequence);
const list = await api.GET("/api/invitations", { params: { query: { guild: "1" } } });
const names: string[] = (list.data?.invitations ?? []).map((each) => each.event_name);
const wrong = await api.GET("/api/events", { params: { query: { limit: 0 } } });
const type: string | undefined = wrong.error?.type;
console.log(JSON.stringify({ sequences, names, type }));
