// Writes models of an AsyncAPI document into ts/ and models/; prints their names.
import { readFileSync } from "node:fs";
import { PythonFileGenerator, TypeScriptFileGenerator } from "@asyncapi/modelina";

const read = () => JSON.parse(readFileSync(process.argv[2], "utf8"));
const typescript = await new TypeScriptFileGenerator({ moduleSystem: "ESM" }).generateToFiles(
  read(), "ts", { exportType: "named" });
const python = await new PythonFileGenerator().generateToFiles(
  read(), "models", { packageName: "models" });
console.log(JSON.stringify([...typescript, ...python].map((model) => model.modelName)));
