/* global __ENV */
import http from 'k6/http';
import { check, fail } from 'k6';
import login, { Client, retry as again } from './lib/client.js';
import * as paths from './lib/paths.js';

export const options = { iterations: 1 };

const steps = [
  visitHome,
  () => visit(paths.items),
  function cart() {
    return visit(paths.cart);
  },
];

function visit(path) {
  return http.get(__ENV.BASE_URL + path).status;
}

function visitHome() {
  return visit('/');
}

export default function () {
  const client = new Client(login('ada', 'secret'));
  console.log('profile', client.profile().name);
  const statuses = steps.map((step) => step());
  console.log('steps', statuses.join(','));
  console.log(
    'attempts',
    again(() => client.flaky('helpers'), 3),
  );
  const total = [1, 2, 3].reduce((sum, id) => sum + client.item(id).id, 0);
  console.log(
    'total',
    total,
    [3, 1, 2].filter((id) => client.item(id).id > 1),
  );
  console.log(
    'found',
    [1, 2, 3].find((id) => client.item(id).id === 2),
    [1, 2].every((id) => client.item(id).id < 3),
  );
  const byName = { home: visitHome, cart: () => visit(paths.cart) };
  for (const name of Object.keys(byName)) console.log(name, byName[name]());
  if (!check(null, { 'all is well': () => client.item(1).id === 1 })) fail('not well');
}
