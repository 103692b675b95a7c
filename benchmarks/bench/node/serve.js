// `node serve.js pg|prisma`: the list by fastify, on the same database, pool size and answer as ours.
import Fastify from "fastify";

const LIMIT = 20;
const { find, close } = await import(`./${process.argv[2]}.js`);

const app = Fastify();
const query = {
  type: "object",
  additionalProperties: false,
  properties: { tag: { type: "string" }, status: { type: "string" } },
};
app.get("/api/invitations", { schema: { querystring: query } }, async (request) => {
  const found = await find(request.query.status, request.query.tag, LIMIT + 1);
  const last = found[LIMIT - 1];
  const next = found.length > LIMIT ? `a${last.start_time.getTime()}.${last.id}` : null;
  return { invitations: found.slice(0, LIMIT), next, previous: null };
});
app.addHook("onClose", close);

for (const wish of ["SIGTERM", "SIGINT"]) process.on(wish, () => app.close());
await app.listen({ host: "127.0.0.1", port: Number(process.env.HTTP_PORT) });
