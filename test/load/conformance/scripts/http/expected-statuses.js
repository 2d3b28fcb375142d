import http from 'k6/http';
export const options = { thresholds: { http_req_failed: ['rate<0.4'] } };
export default function () {
  http.get(__ENV.BASE_URL + '/status/404', { responseCallback: http.expectedStatuses(404) });
  http.get(__ENV.BASE_URL + '/status/500');
  http.get(__ENV.BASE_URL + '/items');
}
