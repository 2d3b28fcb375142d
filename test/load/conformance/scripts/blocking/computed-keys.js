import { check } from 'k6';
import http from 'k6/http';
const name = 'li' + 'st';
const table = {
  [name]: () => http.get(__ENV.BASE_URL + '/items'),
  [name + '2']() {
    return http.get(__ENV.BASE_URL + '/items');
  },
};
export default function () {
  check(table.list(), { 'a property': (r) => r.status === 200 });
  check(table.list2(), { 'a method': (r) => r.status === 200 });
}
