import http from 'k6/http';
export default function () {
  const send = (body) => console.log(http.post(__ENV.BASE_URL + '/echo', body).json('body'));
  send({ b: '2', a: 'x y', c: ['p', 'q'] });
  send({ odd: "~!*'()&=/", n: 1.5, t: true, none: null });
  send({ nested: { k: 1 } });
  send({});
}
