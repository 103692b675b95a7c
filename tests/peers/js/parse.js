// Parses an AsyncAPI document; exit code 1 if the parser finds an error.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const errors = diagnostics.filter((each) => each.severity === 0);
for (const each of errors) console.log(each.path.join("/"), each.message);
if (!document || errors.length) process.exit(1);
console.log(`0 errors, ${document.allMessages().length} messages`);
