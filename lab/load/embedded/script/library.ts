import { cryptoModule } from '../modules/crypto';
import { dataModule } from '../modules/data';
import { encodingModule } from '../modules/encoding';
import { executionModule } from '../modules/execution';
import { parseHTML } from '../modules/html/selection';
import { httpModule } from '../modules/http';
import type { HttpSession } from '../modules/http/session';
import { chaiModule } from '../modules/jslib/chai';
import { expectModule } from '../modules/jslib/expect';
import { FormData } from '../modules/jslib/form-data';
import { htmlReport } from '../modules/jslib/html-report';
import { httpxModule } from '../modules/jslib/httpx';
import { papaparseModule } from '../modules/jslib/papaparse';
import { stagesModule } from '../modules/jslib/stages';
import { summaryModule } from '../modules/jslib/summary';
import { utilsModule } from '../modules/jslib/utils';
import { k6Module } from '../modules/k6';
import { metricsModule } from '../modules/metrics';
import { timersModule } from '../modules/timers';
import { websocketsModule } from '../modules/websocket/websockets';
import { wsModule } from '../modules/websocket/ws';
import type { Runtime } from './runtime';

type Module = Record<string, unknown>;

/** Creates each module of K6_MODULES for a VU. */
const FACTORIES: Record<string, (runtime: Runtime, session: HttpSession) => Module> = {
  k6: k6Module,
  'k6/http': httpModule,
  'k6/html': (runtime) => ({
    parseHTML: (text: unknown) => parseHTML(text, { url: '', call: (run) => runtime.callBack(run).result }),
  }),
  'k6/ws': wsModule,
  'k6/websockets': websocketsModule,
  'k6/metrics': metricsModule,
  'k6/execution': executionModule,
  'k6/crypto': cryptoModule,
  'k6/encoding': () => encodingModule,
  'k6/data': dataModule,
  'k6/timers': timersModule,
  'k6/options': () => ({}),
  'jslib/k6-utils': (runtime) => ({ ...utilsModule(() => runtime.math.random()), ...stagesModule(runtime) }),
  'jslib/k6-summary': () => summaryModule,
  'jslib/k6-reporter': () => ({ htmlReport }),
  'jslib/papaparse': () => papaparseModule,
  'jslib/k6chaijs': chaiModule,
  'jslib/expect': expectModule,
  'jslib/url': () => ({ URL, URLSearchParams }),
  'jslib/formdata': () => ({ FormData }),
  'jslib/httpx': (runtime, session) => httpxModule(httpModule(runtime, session)),
};

/** Returns the k6 modules of one VU by name. Each is created on first use. */
export function createLibrary(runtime: Runtime, session: HttpSession): (name: string) => Module {
  const made = new Map<string, Module>();
  return (name) => {
    const known = made.get(name);
    if (known) return known;
    const module = asEsModule(FACTORIES[name]!(runtime, session));
    made.set(name, module);
    return module;
  };
}

/** Makes both `import http from` and `import { get } from` work. */
function asEsModule(module: Module): Module {
  return { __esModule: true, default: module, ...module };
}
