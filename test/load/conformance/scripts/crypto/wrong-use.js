import crypto from 'k6/crypto';
const tried = (name, run) => {
  try {
    console.log(name, run());
  } catch (error) {
    console.log(name, error.name, error.message.replace(/ at .*/, ''));
  }
};
export default function () {
  tried('encoding', () => crypto.sha256('a', 'no'));
  tried('chained', () => crypto.createHash('md5').update('a') === undefined);
  tried('size', () => crypto.randomBytes(0));
}
