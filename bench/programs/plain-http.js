'use strict';
// The minimum for a server: the service's cheap answers with node:http alone.
const http = require('node:http');

const BODIES = {
  '/api/fast': '{"message":"fast"}',
  '/api/ping': '{"message":"pong"}',
  '/health': '{"status":"ok"}',
  '/ready': '{"status":"ready"}',
};

const server = http.createServer((request, response) => {
  const body = BODIES[request.url];
  if (body === undefined) return response.writeHead(404).end();
  response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () =>
  console.log(`listening on http://127.0.0.1:${server.address().port}`),
);
