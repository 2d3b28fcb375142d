const attempt = (run) => {
  try {
    return run();
  } catch (error) {
    return error.message;
  }
};
const hex = (buffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
export default async function () {
  console.log(crypto.randomUUID().length, typeof crypto.subtle, Object.keys(crypto).sort().join());
  console.log(attempt(() => crypto.getRandomValues(new Float32Array(1))));
  console.log(attempt(() => crypto.getRandomValues([1])));
  console.log(attempt(() => crypto.getRandomValues(new Uint8Array(65537))));
  const values = new Uint32Array(4);
  console.log(crypto.getRandomValues(values) === values, values.some(Boolean));
  const data = new Uint8Array([1, 2, 3]);
  console.log(hex(await crypto.subtle.digest('SHA-256', data)));
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', data, hmac, false, ['sign', 'verify']);
  const signature = await crypto.subtle.sign('HMAC', key, data);
  console.log(hex(signature), await crypto.subtle.verify('HMAC', key, signature, data));
  const secret = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, [
    'encrypt',
    'decrypt',
  ]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, secret, data);
  console.log(hex(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, secret, sealed)));
}
