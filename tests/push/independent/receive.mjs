// Makes a subscription's keys, then decrypts what it is sent: a line of JSON in, a line of JSON out.
import { createECDH, randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import ece from "http_ece";

const receiver = createECDH("prime256v1");
receiver.generateKeys();
const auth = randomBytes(16);
console.log(JSON.stringify({ p256dh: receiver.getPublicKey("base64url"), auth: auth.toString("base64url") }));

for await (const line of createInterface({ input: process.stdin })) {
  const body = Buffer.from(JSON.parse(line).body, "base64url");
  try {
    const text = ece.decrypt(body, { version: "aes128gcm", privateKey: receiver, authSecret: auth });
    console.log(JSON.stringify({ text: text.toString("utf8") }));
  } catch (error) {
    console.log(JSON.stringify({ error: error.message }));
  }
}
