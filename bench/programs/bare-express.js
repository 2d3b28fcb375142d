'use strict';
// Express as in its documentation.
const express = require('express');

const app = express();
app.get('/api/fast', (request, response) => response.json({ message: 'fast' }));
app.get('/api/ping', (request, response) => response.json({ message: 'pong' }));
app.get('/health', (request, response) => response.json({ status: 'ok' }));
app.get('/ready', (request, response) => response.json({ status: 'ready' }));
const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () =>
  console.log(`listening on http://127.0.0.1:${server.address().port}`),
);
