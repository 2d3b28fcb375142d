'use strict';
// The service's own server and handlers without their metrics.
const express = require('express');
const { createServer } = require('../../build/service/server');
const { fast } = require('../../build/service/routes/fast');
const { ping } = require('../../build/service/routes/ping');
const { health } = require('../../build/service/routes/health');
const { ready } = require('../../build/service/routes/ready');

const app = express();
app.disable('etag').disable('x-powered-by').set('query parser', 'simple');
const routes = {
  '/api/fast': fast,
  '/api/ping': ping,
  '/health': health,
  '/ready': ready({ state: 'ready' }),
};
for (const [path, handler] of Object.entries(routes)) app.route(path).get(handler);
const server = createServer(app);
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () =>
  console.log(`listening on http://127.0.0.1:${server.address().port}`),
);
