'use strict';
// closed-loop.js URL CONNECTIONS SECONDS: each connection sends its next request as soon as it has an answer.
const { URL } = require('node:url');
const { Client } = require('undici');

const [url, connections, seconds] = process.argv.slice(2);
const { origin, pathname } = new URL(url);

let over = false;
let requests = 0;
let errors = 0;

function loop(client) {
  const next = () => {
    if (over) return client.destroy();
    let status = 0;
    client.dispatch(
      { method: 'GET', path: pathname },
      {
        onConnect() {},
        onHeaders(code) {
          status = code;
          return true;
        },
        onData: () => true,
        onComplete() {
          if (status === 200) requests++;
          if (status !== 200) errors++;
          next();
        },
        onError(error) {
          if (over) return;
          errors++;
          if (errors > 1000) throw error;
          setTimeout(next, 10);
        },
      },
    );
  };
  next();
}

for (let i = 0; i < Number(connections); i++) loop(new Client(origin, { pipelining: 1 }));
setTimeout(
  () => {
    over = true;
    console.log(JSON.stringify({ requests, errors }));
    process.exit(errors > 0 ? 1 : 0);
  },
  Number(seconds) * 1000,
);
