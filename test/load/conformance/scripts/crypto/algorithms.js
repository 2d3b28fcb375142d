import crypto from 'k6/crypto';
export default function () {
  const names = ['md4', 'md5', 'sha1', 'sha256', 'sha384', 'sha512', 'sha512_224', 'sha512_256', 'ripemd160'];
  for (const name of names) {
    console.log(
      name,
      crypto[name]('abc', 'hex'),
      crypto.hmac(name, 'key', 'a longer text '.repeat(9), 'base64'),
    );
  }
  console.log(crypto.md4('x'.repeat(119), 'hex'), crypto.hexEncode('az'));
}
