import { cryptoModule } from '../modules/crypto';
import { dataModule } from '../modules/data';
import { encodingModule } from '../modules/encoding';
import { executionModule } from '../modules/execution';
import { httpModule } from '../modules/http';
import type { HttpSession } from '../modules/http/session';
import { summaryModule } from '../modules/jslib/summary';
import { utilsModule } from '../modules/jslib/utils';
import { k6Module } from '../modules/k6';
import { metricsModule } from '../modules/metrics';
import { timersModule } from '../modules/timers';
import type { Runtime } from './runtime';

type Module = Record<string, unknown>;

/** Creates each module of K6_MODULES for a VU. */
const FACTORIES: Record<string, (runtime: Runtime, session: HttpSession) => Module> = {
  k6: k6Module,
  'k6/http': httpModule,
  'k6/metrics': metricsModule,
  'k6/execution': executionModule,
  'k6/crypto': cryptoModule,
  'k6/encoding': () => encodingModule,
  'k6/data': dataModule,
  'k6/timers': timersModule,
  'k6/options': () => ({}),
  'jslib/k6-utils': (runtime) => utilsModule(() => runtime.math.random()),
  'jslib/k6-summary': () => summaryModule,
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
