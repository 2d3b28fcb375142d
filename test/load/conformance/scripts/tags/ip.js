import http from 'k6/http';
export const options = { systemTags: ['ip'], thresholds: { 'http_reqs{ip:127.0.0.1}': ['count==1'] } };
export default function () {
  http.get(__ENV.BASE_URL + '/items');
}
