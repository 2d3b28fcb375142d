import { check } from 'k6';
import http from 'k6/http';
globalThis.helper = () => 41;
globalThis.load = (path) => http.get(__ENV.BASE_URL + path);
if (typeof TextEncoder === 'undefined') {
  globalThis.TextEncoder = class {
    encode(text) {
      return Array.from(text, (c) => c.charCodeAt(0));
    }
  };
}
const bytes = new TextEncoder().encode('ab');
export default function () {
  console.log(helper() + 1, bytes.join(), typeof helper, typeof TextEncoder);
  console.log('TextEncoder' in globalThis, 'URL' in globalThis, typeof URL);
  check(load('/items'), { 'a global function works': (r) => r.status === 200 });
  outer: for (const a of [1, 2]) for (const b of [1, 2]) if (a < b) continue outer;
  delete globalThis.helper;
  console.log(typeof helper);
  try {
    helper();
  } catch (error) {
    console.log(String(error));
  }
  undeclared = 1;
}
