import http from 'k6/http';
export default function () {
  for (const encoding of ['gzip', 'deflate', 'br'])
    console.log(http.get(__ENV.BASE_URL + '/compressed/' + encoding).body);
  console.log(
    http.get(__ENV.BASE_URL + '/encoded?as=something').body,
    http.get(__ENV.BASE_URL + '/encoded?as=identity').body,
  );
}
