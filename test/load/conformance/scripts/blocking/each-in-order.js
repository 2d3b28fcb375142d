import http from 'k6/http';
const run = (list, each) => list.map(each);
export default function () {
  const bodies = run(['a', 'b'], (text) => http.post(__ENV.BASE_URL + '/echo', text).json('body'));
  console.log(bodies.join(' '));
  console.log([3, 1, 2].sort((a, b) => a - b).join(' '));
}
