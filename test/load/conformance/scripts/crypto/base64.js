import encoding from 'k6/encoding';
export default function () {
  for (const variant of ['std', 'rawstd', 'url', 'rawurl', undefined]) {
    console.log(
      encoding.b64encode('a?>~ü', variant),
      encoding.b64decode(encoding.b64encode('ab?>', variant), variant, 's'),
    );
  }
}
