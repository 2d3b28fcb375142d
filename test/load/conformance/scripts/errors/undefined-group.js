import http from 'k6/http';
export default function () {
  group('g', function () {
    http.get(__ENV.BASE_URL + '/items');
  });
}
