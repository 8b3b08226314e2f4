// What the AWS SDK for JavaScript v3 holds: ENDPOINT WHAT, with the lines that sigscope shows for it.
// It is looked for where this is run from.
import { createRequire } from "node:module";
const { S3Client, GetObjectCommand } = createRequire(process.cwd() + "/")("@aws-sdk/client-s3");

const [endpoint, what] = process.argv.slice(2);
const client = new S3Client({ endpoint, forcePathStyle: true, maxAttempts: 1 });
const command = new GetObjectCommand({ Bucket: "bkt", Key: "a b.txt" });

if (what === "request") {
  client.middlewareStack.add((next) => async (args) => {
    const { method, path, query, headers } = args.request;
    const enc = (s) => encodeURIComponent(s).replace(/[!'()*]/g,
      (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());
    const pairs = Object.entries(query ?? {}).flatMap(([k, v]) =>
      [v].flat().map((v) => enc(k) + "=" + enc(v ?? "")));
    const target = [path, pairs.join("&")].filter(Boolean).join("?");
    console.log(`${method} ${target} HTTP/1.1`);
    for (const [k, v] of Object.entries(headers)) console.log(`${k}: ${v}`);
    return next(args);
  }, { step: "deserialize", priority: "low", name: "show" });
}
if (what === "log") {
  let v4 = await client.config.signer();
  v4 = v4.sigv4Signer ?? v4;
  while (!Object.hasOwn(v4, "createStringToSign"))
    v4 = Object.getPrototypeOf(v4);
  const sign = v4.createStringToSign;
  v4.createStringToSign = async function (date, scope, request, ...rest) {
    const text = await sign.call(this, date, scope, request, ...rest);
    console.log("CanonicalRequest:\n" + request + "\nStringToSign:\n" + text);
    return text;
  };
}
await client.send(command).catch((err) => {
  if (what === "error") console.log(JSON.stringify(err));
});
