import http from 'k6/http';
export const load = (path) => http.get(__ENV.BASE_URL + path);
