import http from 'k6/http';
const steps = new Map([['list', () => http.get(__ENV.BASE_URL + '/items')]]);
export default function () {
  setTimeout(() => console.log(steps.get('list')().status), 1);
  console.log('first');
}
