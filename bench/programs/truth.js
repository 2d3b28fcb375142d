'use strict';
// The server's side: how many requests arrived, when, and how long each took until its last byte was handed
// over.
const http = require('node:http');
const { createHistogram } = require('node:perf_hooks');

/** Steps of the golden ratio fill the range evenly and never repeat. */
const GOLDEN = 0.618033988749895;
const DELAY_MS = { least: 5, most: 50 };

let steps = 0;
let hits = 0;
let arrivals = [];
let durations = createHistogram();

const server = http.createServer((request, response) => {
  const arrived = process.hrtime.bigint();
  if (request.url === '/hits') return response.end(String(hits));
  if (request.url === '/truth') return response.end(JSON.stringify(truth()));
  if (request.url === '/reset') return response.end(reset());
  if (!request.url.startsWith('/warm-up')) note(arrived, response);
  if (!request.url.endsWith('/delayed')) return response.end('{"ok":true}');
  const { least, most } = DELAY_MS;
  setTimeout(() => response.end('{"ok":true}'), least + ((steps++ * GOLDEN) % 1) * (most - least));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));

function note(arrived, response) {
  hits++;
  arrivals.push(Number(arrived) / 1e6);
  response.on('finish', () => durations.record(process.hrtime.bigint() - arrived));
}

function truth() {
  const ms = (percentile) => durations.percentile(percentile) / 1e6;
  return { hits, p50: hits > 0 ? ms(50) : 0, p99: hits > 0 ? ms(99) : 0, arrivals };
}

function reset() {
  hits = 0;
  arrivals = [];
  durations = createHistogram();
  return 'ok';
}
