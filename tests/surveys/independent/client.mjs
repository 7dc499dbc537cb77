// A voter made of other people's code: it shares nothing with the server but the RFCs.
// Reads one JSON object a line, writes one a line; each begins with { "op": … }.
import { createInterface } from 'node:readline';
import { createHash } from 'node:crypto';
import { AuthorizationHeader, TokenChallenge, publicVerif } from '@cloudflare/privacypass-ts';

const bytes = (text) => new Uint8Array(Buffer.from(text, 'base64url'));
const text = (data) => Buffer.from(data).toString('base64url');
const waiting = new Map();

/** What anybody can recompute from a survey's id and key, as the documentation says. */
function challengeOf(survey, key) {
    const id = Buffer.from(survey.replaceAll('-', ''), 'hex');
    const context = createHash('sha256').update('medvirk ballot 1\0').update(id).update(key).digest();
    return new TokenChallenge(2, 'ballots.medvirk', new Uint8Array(context)).serialize();
}

async function ask({ survey, token_key, token_challenge }) {
    const key = bytes(token_key);
    const challenge = bytes(token_challenge);
    if (text(challengeOf(survey, key)) !== text(challenge)) throw new Error('not the challenge that all get');
    const client = new publicVerif.Client(publicVerif.BlindRSAMode.PSS);
    const request = await client.createTokenRequest(TokenChallenge.deserialize(challenge), key);
    const id = String(waiting.size + 1);
    waiting.set(id, client);
    return { id, request: text(request.serialize()) };
}

async function finish({ id, response }) {
    const client = waiting.get(id);
    const token = await client.finalize(publicVerif.TokenResponse.deserialize(bytes(response)));
    return { authorization: new AuthorizationHeader(token).toString(), token: text(token.serialize()) };
}

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts.map((p) => Buffer.from(p)))).digest();

/** That the survey's key stands in the log that everybody sees (RFC 9162 §2.1.3.2), from the documentation alone. */
async function standsInTheLog(base, number, survey, key) {
    const keys = `${base}/v1/municipalities/${number}/survey-keys`;
    const { signed } = await (await fetch(keys)).json();
    const head = JSON.parse(Buffer.from(signed.split('.')[1], 'base64url'));
    const proof = await (await fetch(`${keys}/${survey}/proof?size=${head.size}`)).json();
    const id = Buffer.from(survey.replaceAll('-', ''), 'hex');
    const challenge = challengeOf(survey, key);
    const length = [challenge.length >> 8, challenge.length & 255];
    let found = sha256([0], 'medvirk survey key 1\0', id, length, challenge, key);
    let [place, last] = [proof.place, head.size - 1];
    for (const step of proof.path.map((hex) => Buffer.from(hex, 'hex'))) {
        if (last === 0) return false;
        if (place % 2 === 1 || place === last) {
            found = sha256([1], step, found);
            while (place % 2 === 0 && place !== 0) [place, last] = [place >> 1, last >> 1];
        } else {
            found = sha256([1], found, step);
        }
        [place, last] = [place >> 1, last >> 1];
    }
    return last === 0 && found.toString('hex') === head.root;
}

/** The whole way over HTTP: ask with the resident's bearer, hand in without it. */
async function answer({ base, number, survey, bearer, answers, receipt_hash }) {
    const issuer = await (await fetch(`${base}/v1/surveys/${survey}/issuer`)).json();
    if (!(await standsInTheLog(base, number, survey, bytes(issuer.token_key)))) throw new Error('not the key all get');
    const asked = await ask({ survey, ...issuer });
    const issued = await fetch(`${base}/v1/surveys/${survey}/ballots`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/private-token-request' },
        body: bytes(asked.request),
    });
    if (issued.status !== 200) return { issued: issued.status };
    const { authorization } = await finish({ id: asked.id, response: text(await issued.arrayBuffer()) });
    const handed = await fetch(`${base}/v1/surveys/${survey}/responses`, {
        method: 'POST',
        headers: { Authorization: authorization, 'Content-Type': 'application/json' },
        body: JSON.stringify({ answers, receipt_hash }),
    });
    return { issued: issued.status, handed: handed.status, said: await handed.json() };
}

const acts = { ask, finish, answer };
for await (const line of createInterface({ input: process.stdin })) {
    const { op, ...rest } = JSON.parse(line);
    try {
        console.log(JSON.stringify(await acts[op](rest)));
    } catch (error) {
        console.log(JSON.stringify({ error: String(error) }));
    }
}
