import http from 'k6/http';
export const options = {
  thresholds: { 'http_req_failed{kind:rare}': ['rate<0.01'], 'checks{kind:rare}': ['rate==1'] },
};
export default function () {
  http.get(__ENV.BASE_URL + '/items');
}
