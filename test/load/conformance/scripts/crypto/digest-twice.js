import { createHash } from 'k6/crypto';
export default function () {
  const hash = createHash('sha256');
  hash.update('a');
  console.log(hash.digest('hex') === hash.digest('hex'), hash.digest('base64rawurl').length);
  hash.update('b');
  console.log(hash.digest('hex').slice(0, 8));
}
