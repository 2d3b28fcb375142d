import http from 'k6/http';
export function load(path) {
  return http.get(__ENV.BASE_URL + path);
}
