import http from 'k6/http';
export default function () {
  const r = http.get(__ENV.BASE_URL + '/items');
  r.note = 'mine';
  console.log(r.note, JSON.stringify(r).includes('items'));
}
