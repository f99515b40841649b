// A webhook handler as the README of Lettermint's Node SDK has it, on a free loopback port.
//
//     node receiver.mjs SECRET_FILE
//
// The first line on stdout is the port, then one line a request: `accepted EVENT` or
// `refused MESSAGE`. Runs until it is ended. The SDK is looked for in the working directory, which
// is a throw-away one and not this one.

import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'package.json'));
const { Webhook } = require('lettermint');
const webhook = new Webhook(readFileSync(process.argv[2], 'utf8'));

const answer = (response, status, value) => {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
};

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const payload = webhook.verifyHeaders(request.headers, Buffer.concat(chunks));
    console.log(`accepted ${payload.event}`);
    answer(response, 200, { received: true });
  } catch (error) {
    console.log(`refused ${error.message}`);
    answer(response, 401, { reason: error.message });
  }
});

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
