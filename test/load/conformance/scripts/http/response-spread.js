import http from 'k6/http';
export default function () {
  const r = http.get(__ENV.BASE_URL + '/items');
  const copy = { ...r };
  console.log(copy.status, copy.body === r.body, copy.json('items.0.id'), copy.headers['Content-Type']);
  console.log('request' in copy, 'cookies' in copy, Object.keys(copy).includes('timings'));
  const { json, body } = r;
  console.log(json('items.#'), body.length > 5);
}
