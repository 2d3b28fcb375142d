import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { eventually } from '../../support/eventually';
import { requires } from '../../support/requirements';
import { logsInBothRunners, samplesOfBoth } from '../script/both-runners';
import { TargetServer } from '../script/target-server';
import { load } from '../script/temp-script';
import { WebSocketTarget } from '../support/websocket-target';

let target: WebSocketTarget;
let secure: WebSocketTarget;
let web: TargetServer;

beforeAll(async () => {
  [target, secure, web] = await Promise.all([
    WebSocketTarget.start(),
    WebSocketTarget.start(true),
    TargetServer.start(),
  ]);
});
afterAll(() => Promise.all([target.stop(), secure.stop(), web.stop()]));

const env = () => ({ WS: target.url, WSS: secure.url, HTTP: web.url });

/** A script whose default function runs the body. */
const script = (body: string, options = '{}') => `
  import ws from 'k6/ws';
  import http from 'k6/http';
  import { check, group, sleep } from 'k6';
  import { WebSocket, Blob } from 'k6/websockets';
  export const options = ${options};
  export default function () { ${body} }`;

const ECHO = `ws.connect(__ENV.WS + '/echo', null, function (socket) {
  socket.on('open', () => { console.log('open'); socket.send('hello'); });
  socket.on('message', (data) => { console.log('message', data); socket.close(); console.log('after close'); });
  socket.on('close', (code) => console.log('close', code));
  socket.on('error', (e) => console.log('error', e.error()));
  console.log('set up');
});`;

describe('k6/ws', () => {
  logsInBothRunners(
    [
      {
        name: 'blocks until the socket is closed, and runs its handlers in order',
        source: script(
          `const r = ${ECHO} console.log(r.status, r.url === __ENV.WS + '/echo', r.headers['Upgrade'], JSON.stringify(r.body), JSON.stringify(r.error));`,
        ),
        lines: ['set up', 'open', 'message hello', 'close 1001', 'after close', '101 true websocket "" ""'],
      },
      {
        name: 'lets handlers send requests and sleep, one after another',
        source: script(`ws.connect(__ENV.WS + '/ticks', {}, (socket) => {
          let count = 0;
          socket.on('message', (data) => {
            const id = http.get(__ENV.HTTP + '/items/' + ++count).json('id');
            sleep(0.05);
            console.log(data, id);
            if (count === 3) socket.close(1000);
          });
          socket.on('close', (code) => console.log('close', code));
        });
        console.log('done');`),
        lines: ['one 1', 'two 2', 'three 3', 'close 1000', 'done'],
      },
      {
        name: 'has timers, pings and binary messages',
        source: script(`ws.connect(__ENV.WS + '/echo', (socket) => {
          let ticks = 0;
          socket.on('open', () => { socket.ping(); socket.sendBinary(new Uint8Array([1, 2, 254]).buffer); });
          socket.on('pong', () => console.log('pong'));
          socket.on('binaryMessage', (data) => console.log(data.byteLength, new Uint8Array(data)[2]));
          socket.setInterval(() => { ticks++; }, 20);
          socket.setTimeout(() => { console.log('timeout', ticks > 2); socket.close(); }, 200);
          try { socket.setTimeout(() => {}, 0); } catch (e) { console.log(String(e)); }
          try { socket.sendBinary('text'); } catch (e) { console.log(String(e)); }
        });
        ws.connect(__ENV.WS + '/ping', (socket) => {
          socket.on('ping', () => { console.log('ping'); socket.close(); });
        });`),
        lines: [
          'GoError: setTimeout requires a >0 timeout parameter, received 0.00',
          'GoError: expected ArrayBuffer as argument, received: String',
          'pong',
          '3 254',
          'timeout true',
          'ping',
        ],
      },
      {
        name: 'reports how the server closed',
        source:
          script(`for (const path of ['/close?code=1000', '/close?code=1001', '/close?code=1011&reason=broken', '/close', '/drop']) {
          ws.connect(__ENV.WS + path, (socket) => {
            socket.on('error', (e) => console.log(path, 'error', e.error()));
            socket.on('close', (code) => console.log(path, 'close', code));
          });
        }`),
        lines: [
          '/close?code=1000 close 1000',
          '/close?code=1001 close 1001',
          '/close?code=1011&reason=broken error websocket: close 1011 (internal server error): broken',
          '/close?code=1011&reason=broken close 1011',
          '/close error websocket: close 1005 (no status)',
          '/close close 1005',
          '/drop error websocket: close 1006 (abnormal closure): unexpected EOF',
          '/drop close 1006',
        ],
      },
      {
        name: 'gives the answer when there is no connection',
        source: script(`const show = (r) => console.log(r.status, JSON.stringify(r.body), r.error);
          show(ws.connect(__ENV.WS + '/refused', (socket) => console.log('never')));
          show(ws.connect('ws://127.0.0.1:1/', (socket) => console.log('never')));
          try { ws.connect(__ENV.WS + '/echo'); } catch (e) { console.log(String(e)); }
          try { ws.connect(__ENV.WS + '/echo', {}, 'x'); } catch (e) { console.log(String(e)); }`),
        lines: [
          '403 "not you" ',
          '0 "" dial tcp 127.0.0.1:1: connect: connection refused',
          'GoError: invalid number of arguments to ws.connect',
          'GoError: last argument to ws.connect must be a function',
        ],
      },
      {
        name: 'sends headers and cookies, and keeps cookies',
        source: script(
          `http.cookieJar().set(__ENV.WS.replace('ws', 'http'), 'mine', 'x');
          const params = { headers: { 'X-A': 'b' }, tags: { kind: 'feed' } };
          ws.connect(__ENV.WS + '/headers', params, (socket) => socket.on('message', (data) => { console.log(data); socket.close(); }));
          console.log(JSON.stringify(http.cookieJar().cookiesForURL(__ENV.WS.replace('ws', 'http')).seen));`,
          `{ userAgent: 'UA' }`,
        ),
        lines: ['["b","mine=x","UA","127.0.0.1"]', '["1"]'],
      },
      {
        name: 'ends the iteration with the error of a handler',
        source: script(`ws.connect(__ENV.WS + '/echo', (socket) => {
            socket.on('open', () => { throw new Error('in open'); });
            socket.on('close', (code) => console.log('close', code));
          });
          console.log('never');`),
        lines: ['close 1001', 'error: Error: in open'],
      },
      {
        name: 'connects over TLS, with the addresses of the option hosts',
        source: script(
          `const url = __ENV.WSS.replace('127.0.0.1', 'app.test');
          const r = ws.connect(url + '/headers', (socket) => socket.on('message', (data) => { console.log(data); socket.close(); }));
          console.log(r.status);`,
          `{ userAgent: 'UA', insecureSkipTLSVerify: true, hosts: { 'app.test': '127.0.0.1' } }`,
        ),
        lines: ['[null,null,"UA","app.test"]', '101'],
      },
    ],
    env,
  );
});

describe('k6/websockets', () => {
  logsInBothRunners(
    [
      {
        name: 'keeps the iteration open until the socket is closed',
        source: script(`const socket = new WebSocket(__ENV.WS + '/echo');
          console.log(socket.readyState, socket.url === __ENV.WS + '/echo', socket.binaryType, socket.bufferedAmount);
          socket.onopen = (event) => { console.log(event.type, socket.readyState, event.target === socket); socket.send('hello'); };
          socket.addEventListener('message', (event) => { console.log(event.type, event.data, event.origin === socket.url); socket.close(3000, 'bye'); console.log(socket.readyState); });
          socket.onclose = (event) => console.log(event.type, event.code, event.reason, socket.readyState);
          socket.onerror = (event) => console.log(event.error);
          console.log('main is over');`),
        lines: [
          '0 true blob 0',
          'main is over',
          'open 1 true',
          'message hello true',
          '2',
          'websocket: close 3000: bye',
          'close 3000 bye 3',
        ],
      },
      {
        name: 'sends and receives bytes as Blob or ArrayBuffer',
        source: script(`const socket = new WebSocket(__ENV.WS + '/echo');
          socket.binaryType = 'arraybuffer';
          socket.onopen = () => { socket.send(new Uint8Array([1, 2, 254])); socket.send(new Uint8Array([7]).buffer); };
          let count = 0;
          socket.onmessage = ({ data }) => { console.log(data.byteLength, new Uint8Array(data)[0]); if (++count === 2) socket.close(); };
          const other = new WebSocket(__ENV.WS + '/echo');
          socket.onclose = () => other.send(new Uint8Array([104, 105]));
          other.onmessage = async ({ data }) => { console.log(data.size, await data.text()); other.close(); };
          try { socket.binaryType = 'text'; } catch (e) { console.log(String(e)); }`),
        lines: [
          'GoError: unknown binaryType text, the supported ones are "blob" and "arraybuffer"',
          '3 1',
          '1 7',
          '2 hi',
        ],
      },
      {
        name: 'has pings, sub-protocols, headers and timers',
        source: script(
          `const socket = new WebSocket(__ENV.WS + '/headers', ['a', 'b'], { headers: { 'X-A': 'b' }, tags: { kind: 'feed' } });
          socket.onmessage = ({ data }) => { console.log(data, socket.protocol); socket.ping(); };
          socket.onpong = (event) => { console.log(event.type); setTimeout(() => socket.close(), 50); };
          const pinged = new WebSocket(__ENV.WS + '/ping');
          pinged.onping = () => pinged.close();
          pinged.onclose = ({ code }) => console.log('pinged', code);`,
          `{ userAgent: 'UA' }`,
        ).replace('setTimeout(() => socket.close(), 50)', 'socket.close()'),
        lines: expect.arrayContaining(['["b",null,"UA","127.0.0.1"] b', 'pong', 'pinged 1000']) as string[],
      },
      {
        name: 'reports how the server closed',
        source: script(`const next = (paths) => {
            const [path, ...rest] = paths;
            if (!path) return;
            const socket = new WebSocket((path.startsWith('ws') ? '' : __ENV.WS) + path);
            socket.onerror = ({ error }) => console.log(path, 'error', error);
            socket.onclose = ({ code, reason }) => { console.log(path, 'close', code, reason); next(rest); };
          };
          next(['/close?code=1000&reason=ok', '/close?code=1011&reason=broken', '/drop', '/refused', 'ws://127.0.0.1:1/']);`),
        lines: [
          '/close?code=1000&reason=ok close 1000 ok',
          '/close?code=1011&reason=broken error websocket: close 1011 (internal server error): broken',
          '/close?code=1011&reason=broken close 1011 broken',
          '/drop error websocket: close 1006 (abnormal closure): unexpected EOF',
          '/drop close 1006 unexpected EOF',
          '/refused error websocket: bad handshake',
          '/refused close undefined ',
          'ws://127.0.0.1:1/ error dial tcp 127.0.0.1:1: connect: connection refused',
          'ws://127.0.0.1:1/ close undefined ',
        ],
      },
      {
        name: 'refuses wrong arguments',
        source: script(`const attempt = (run) => { try { run(); } catch (e) { console.log(String(e)); } };
          attempt(() => new WebSocket());
          attempt(() => new WebSocket('http://127.0.0.1/'));
          attempt(() => new WebSocket('ws://127.0.0.1/#x'));
          attempt(() => new WebSocket(__ENV.WS + '/echo', null, { none: 1 }));
          const socket = new WebSocket(__ENV.WS + '/echo');
          attempt(() => socket.send('x'));
          attempt(() => { socket.onmessage = 'x'; });
          socket.onopen = () => { attempt(() => socket.close(1001)); attempt(() => socket.send(7)); socket.close(); };`),
        lines: [
          'GoError: WebSocket requires a url',
          'GoError: WebSocket requires url with scheme ws or wss, but got "http"',
          'GoError: WebSocket requires no url fragment, but got "x"',
          "GoError: unknown WebSocket's option none",
          'GoError: InvalidStateError',
          "GoError: a value for 'onmessage' should be callable",
          "GoError: InvalidAccessError: Failed to execute 'close' on 'WebSocket': The close code must be either 1000, or between 3000 and 4999. 1001 is neither",
          'GoError: unsupported send type int64',
        ],
      },
      {
        name: 'lets handlers send requests and sleep',
        source: script(`const socket = new WebSocket(__ENV.WS + '/ticks');
          let count = 0;
          socket.onmessage = ({ data }) => {
            sleep(0.05);
            console.log(data, http.get(__ENV.HTTP + '/items/' + ++count).json('id'));
            if (count === 3) socket.close();
          };
          sleep(0.2);
          console.log('main');`),
        lines: ['main', 'one 1', 'two 2', 'three 3'],
      },
    ],
    env,
  );
});

requires('k6')('the samples of a session are those of k6', () => {
  test.each([
    ['k6/ws', script(`${ECHO} ws.connect(__ENV.WS + '/refused', { tags: { kind: 'x' } }, () => {});`)],
    [
      'k6/websockets',
      script(`const socket = new WebSocket(__ENV.WS + '/echo', null, { tags: { kind: 'x' } });
        socket.onopen = () => { socket.send('a'); socket.ping(); };
        socket.onpong = () => socket.close();
        new WebSocket(__ENV.WS + '/refused', null, { tags: { name: 'refused' } }).onerror = () => {};`),
    ],
  ])('%s', async (_name, source) => {
    const { ours, theirs } = await samplesOfBoth(source, env(), 'ws_');
    expect(ours).toEqual(theirs);
  });
});

describe('an interruption', () => {
  test.each([
    [
      'k6/ws',
      `ws.connect(__ENV.WS + '/silent', (s) => { s.on('close', () => console.log('close')); s.setInterval(() => {}, 10); });`,
    ],
    ['k6/websockets', `new WebSocket(__ENV.WS + '/silent').onclose = () => console.log('close');`],
  ])('closes a socket of %s without running its handlers', async (_name, body) => {
    const loaded = await load(script(body), { env: env() });
    const controller = new AbortController();
    const iteration = loaded.iterate({ signal: controller.signal });
    await eventually('the socket is open', () => target.open === 1);
    controller.abort();
    await expect(iteration).rejects.toThrow('interrupted');
    await eventually('the socket is closed', () => target.open === 0);
    await loaded.close();
    expect(loaded.host.lines).toEqual([]);
  });
});

test.each([
  ['k6/ws', `console.log(ws.connect('ws://127.0.0.1:' + __ENV.PORT, () => {}).status);`],
  ['k6/websockets', `new WebSocket('ws://127.0.0.1:' + __ENV.PORT).onerror = () => console.log('error');`],
])('an interruption during the handshake of %s leaves nothing behind', async (_name, body) => {
  const mute = createServer();
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const connected = once(mute, 'connection') as Promise<[Socket]>;
  const { port } = mute.address() as AddressInfo;
  const loaded = await load(script(body), { env: { PORT: String(port) } });
  const controller = new AbortController();
  const iteration = loaded.iterate({ signal: controller.signal });
  const [socket] = await connected;
  const gone = once(socket.resume(), 'close');
  controller.abort();
  await expect(iteration).rejects.toThrow('interrupted');
  await gone;
  await loaded.close();
  await new Promise((resolve) => mute.close(resolve));
  expect(loaded.host.lines).toEqual([]);
  expect(loaded.host.values('ws_sessions')).toEqual([]);
});

test.each([
  ['k6/ws', `ws.connect(__ENV.WS + '/echo', () => {});`],
  ['k6/websockets', `new WebSocket(__ENV.WS + '/echo');`],
])('a socket of %s to a host that is not allowed ends the test', async (_name, body) => {
  const loaded = await load(script(body), { env: env(), allowedHosts: ['localhost'] });
  await expect(loaded.iterate()).rejects.toThrow('requests to 127.0.0.1 are not allowed');
  await loaded.close();
});
