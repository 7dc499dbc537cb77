// A ballot: a token that the municipality signs without seeing it (RFC 9578, token type 2; RFC 9474 blind RSA).
import { RSABSSA } from "@cloudflare/blindrsa-ts";
import { fromBase64url, fromHex, hex, joinBytes, random, same, sha256, toBase64url } from "./bytes.js";

const suite = RSABSSA.SHA384.PSS.Deterministic();
const TYPE = Uint8Array.of(0x00, 0x02);
const SIGNATURE_BYTES = 256;

// AlgorithmIdentifiers: RSASSA-PSS with SHA-384 and a salt of 48 bytes (RFC 9578, 6.5), and plain RSA, which WebCrypto reads.
const PSS = fromHex("303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d010108300b0609608648016503040202a203020130");
const RSA = fromHex("300d06092a864886f70d0101010500");

/** The issuer's SPKI as a key of WebCrypto; anything but RSASSA-PSS with these parameters is refused. */
async function publicKey(spki) {
  if (spki[0] !== 0x30 || spki[1] !== 0x82 || !same(spki.subarray(4, 4 + PSS.length), PSS)) throw new Error("not an issuer key of token type 2");
  const body = joinBytes(RSA, spki.subarray(4 + PSS.length));
  const plain = joinBytes(Uint8Array.of(0x30, 0x82, body.length >> 8, body.length & 0xff), body);
  return crypto.subtle.importKey("spki", plain, { name: "RSA-PSS", hash: "SHA-384" }, true, ["verify"]);
}

/**
 * The challenge that every ballot of a survey is made for (RFC 9577, 2.1.1), made anew from the survey and the key: an
 * issuer that handed out another one to somebody would be found out here.
 */
async function challengeOf(survey, spki) {
  const context = await sha256(joinBytes(text("medvirk ballot 1\0"), fromHex(survey.replaceAll("-", "")), spki));
  const name = text("ballots.medvirk");
  return joinBytes(TYPE, Uint8Array.of(0, name.length), name, Uint8Array.of(context.length), context, Uint8Array.of(0, 0));
}

const text = (words) => new TextEncoder().encode(words);

/**
 * Begin a ballot. `issuer` is what GET /v1/surveys/{id}/issuer says. Gives what must be kept until the answer comes
 * (all texts, so that a closed tab loses nothing and the identical request can be sent again) with `request`, 259 bytes.
 */
export async function begin(survey, { token_type, token_key, token_challenge }) {
  const spki = fromBase64url(token_key);
  const challenge = await challengeOf(survey, spki);
  if (token_type !== 2 || !same(fromBase64url(token_challenge), challenge)) throw new Error("the challenge is not this survey's");
  const id = await sha256(spki);
  const input = joinBytes(TYPE, random(32), await sha256(challenge), id);
  const { blindedMsg, inv } = await suite.blind(await publicKey(spki), input);
  return { key: token_key, input: hex(input), inverse: hex(inv), request: hex(joinBytes(TYPE, id.subarray(31), blindedMsg)) };
}

/** The bytes to post as application/private-token-request. */
export const requestOf = (begun) => fromHex(begun.request);

/** Unblind the municipality's answer and verify the signature; gives the token as base64url (354 bytes before that). */
export async function finish(begun, response) {
  if (response.length !== SIGNATURE_BYTES) throw new Error("the signature has the wrong length");
  const input = fromHex(begun.input);
  const signature = await suite.finalize(await publicKey(fromBase64url(begun.key)), input, response, fromHex(begun.inverse));
  return toBase64url(joinBytes(input, signature));
}
