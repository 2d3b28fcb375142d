import encoding from 'k6/encoding';
export default function () {
  for (const [text, variant] of [
    ['not base64 !!', 'std'],
    ['YQ', 'std'],
    ['YQ==', 'rawstd'],
    ['YWI_', 'std'],
    ['YWI/', 'url'],
    ['Y', 'rawstd'],
    ['YQ==', 'std'],
    ['YW\nI=', 'std'],
    ['=', 'std'],
    ['YQ=', 'std'],
    ['YQ==x', 'std'],
    ['YWJj', 'rawurl'],
  ]) {
    try {
      console.log(encoding.b64decode(text, variant, 's'));
    } catch (error) {
      console.log(error.name, error.message);
    }
  }
}
