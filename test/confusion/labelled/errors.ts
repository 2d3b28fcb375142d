import type { Happening, LabelledRun } from '../labelled';
import { cpu, dependencyOf, fast, order, price, queries, wrongPath } from './users';

export const CLIENT_ERRORS: LabelledRun[] = [
  {
    name: 'wrong-path-beside-busy-pool',
    what: 'clients ask for a path that does not exist, beside a pool that is nearly three quarters in use',
    kind: 'harmless confounder',
    causes: ['client errors'],
    load: { seconds: 20, users: [queries(4, 18), wrongPath(5)] },
  },
  {
    name: 'missing-orders',
    what: 'orders that do not exist, asked for beside those that do',
    kind: 'plain',
    causes: ['client errors'],
    load: { seconds: 20, users: [order(10), order(5, { name: '/api/order/missing' }, 5000)] },
  },
  {
    name: 'refused-parameter',
    what: 'a third of the requests for CPU work ask for more than is allowed',
    kind: 'other route',
    causes: ['client errors'],
    load: { seconds: 20, users: [cpu(10), cpu(5, {}, 41)] },
  },
  {
    name: 'wrong-path-and-dependency',
    what: 'clients ask for a path that does not exist, and a dependency takes three seconds',
    kind: 'two causes',
    causes: ['client errors', 'slow dependency'],
    set: dependencyOf(3000),
    load: { seconds: 20, users: [wrongPath(5), price(5), fast(10)] },
  },
  {
    name: 'wrong-path-on-busy-machine',
    what: 'clients ask for a path that does not exist, and a busy process on each core',
    kind: 'busy machine',
    causes: ['client errors'],
    burnersPerCore: 1,
    load: { seconds: 20, users: [wrongPath(5), fast(20)] },
  },
];

const sql = (at: number, text: string): Happening => ({ at, do: 'sql', text });
const GONE = 'alter table orders rename to orders_old';
const BACK = 'alter table orders_old rename to orders';

/** Statements that fail at once, so the service answers 503 although no resource is short. */
export const APPLICATION_ERRORS: LabelledRun[] = [
  {
    name: 'table-renamed',
    what: 'the table of orders is renamed under the service',
    kind: 'plain',
    causes: ['application errors'],
    load: { seconds: 20, users: [order(10), fast(20)] },
    happens: [sql(6, GONE)],
  },
  {
    name: 'function-forbidden',
    what: 'the role of the service may no longer call a function that its queries need',
    kind: 'other route',
    causes: ['application errors'],
    load: { seconds: 20, users: [queries(3, 4), order(10)] },
    happens: [sql(6, 'revoke execute on function pg_sleep(double precision) from public')],
  },
  {
    name: 'table-gone-now-and-then',
    what: 'the table of orders is gone for a second and a half, three times',
    kind: 'half strength',
    causes: ['application errors'],
    load: { seconds: 22, users: [order(20), fast(10)] },
    happens: [5, 11, 17].flatMap((at) => [sql(at, GONE), sql(at + 1.5, BACK)]),
  },
  {
    name: 'one-order-in-ten',
    what: 'a query divides by zero for one order, which every tenth request reads',
    kind: 'half strength',
    causes: ['application errors'],
    load: { seconds: 20, users: [order(18), order(2, {}, 7)] },
    happens: [
      sql(
        4,
        'alter table orders rename to orders_data;' +
          'create view orders as select id, total_cents / (id - 7) as total_cents from orders_data;' +
          'grant select on orders to lab',
      ),
    ],
  },
  {
    name: 'table-forbidden-and-dependency',
    what: 'the role of the service may no longer read orders, and a dependency takes three seconds',
    kind: 'two causes',
    causes: ['application errors', 'slow dependency'],
    set: dependencyOf(3000),
    load: { seconds: 20, users: [order(10), price(5), fast(5)] },
    happens: [sql(6, 'revoke select on orders from lab')],
  },
  {
    name: 'table-renamed-and-busy-cpu',
    what: 'the table of orders is renamed under the service; a CPU that is half busy',
    kind: 'harmless confounder',
    causes: ['application errors'],
    load: { seconds: 20, users: [order(10), cpu(15)] },
    happens: [sql(6, GONE)],
  },
];
