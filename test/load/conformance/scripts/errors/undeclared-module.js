import http from 'k6/http';
export default function () {
  k6.group('a group', () => {
    http.get(__ENV.BASE_URL + '/items');
  });
}
