import http from 'k6/http';
export default function () {
  const r = http.post(__ENV.BASE_URL + '/echo', ['a', 'b']);
  console.log(r.status, r.error);
  console.log(http.post(__ENV.BASE_URL + '/echo', 5).error);
  console.log(http.post(__ENV.BASE_URL + '/echo', true).error);
}
