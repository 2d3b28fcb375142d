/* global __ENV */
import http from 'k6/http';

const BASE = __ENV.BASE_URL;

export class Client {
  attempts = 0;

  constructor(token) {
    this.token = token;
  }

  get headers() {
    return { Authorization: `Bearer ${this.token}` };
  }

  profile() {
    return this.send('GET', '/profile').json();
  }

  item(id) {
    return this.send('GET', `/items/${id}`).json();
  }

  flaky(key) {
    this.attempts++;
    return this.send('GET', `/flaky?key=${key}`).status;
  }

  send(method, path) {
    return http.request(method, BASE + path, null, {
      headers: this.headers,
      tags: { name: path.split('?')[0] },
    });
  }
}

export function retry(action, limit) {
  for (let attempt = 1; attempt <= limit; attempt++) {
    if (action() === 200) return attempt;
  }
  return -1;
}

export default (user, password) =>
  http
    .post(`${BASE}/login`, JSON.stringify({ user, password }), {
      headers: { 'Content-Type': 'application/json' },
    })
    .json('token');
