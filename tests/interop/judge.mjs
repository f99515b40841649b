// Judges cases on stdin (as corpus.py writes them) with Lettermint's Node SDK, which is looked
// for in the working directory.
//
// Prints one JSON line a case, in order: {"name", "accepted", "message"}; an exception that is no
// verdict comes as {"name", "crash"}.

import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'package.json'));
const { Webhook, WebhookVerificationError } = require('lettermint');

// Node decodes header values as Latin-1 and lowers names. A repeated name is an array, as in
// `headersDistinct`.
const nodeHeaders = (lines) => {
  const headers = {};
  for (const [name, value] of lines) {
    const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.base64, 'base64');
    (headers[name.toLowerCase()] ??= []).push(bytes.toString('latin1'));
  }
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
};

const judge = ({ secrets: [secret], headers, body, body_base64, now, tolerance }) => {
  const bytes = body_base64 === undefined ? Buffer.from(body) : Buffer.from(body_base64, 'base64');
  Date.now = () => now * 1000 + 250; // the SDK floors
  try {
    new Webhook(secret, { tolerance }).verifyHeaders(nodeHeaders(headers), bytes);
    return { accepted: true };
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) return { crash: error.name };
    return { accepted: false, message: error.message };
  }
};

for await (const line of createInterface({ input: process.stdin })) {
  const test = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ name: test.name, ...judge(test) })}\n`);
}
