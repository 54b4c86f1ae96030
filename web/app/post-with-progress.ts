/** `fetch` for one large body, of which it tells how much has been sent: the browser's own does not. */
export const postWithProgress =
  (onShare: (share: number) => void): typeof fetch =>
  (url, { method = 'POST', headers = {}, body, signal } = {}) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open(method, String(url));
      request.responseType = 'blob';
      for (const [name, value] of new Headers(headers)) request.setRequestHeader(name, value);
      request.upload.onprogress = ({ loaded, total }) => total > 0 && onShare(loaded / total);
      request.onload = () => resolve(answerOf(request));
      request.onerror = () => reject(new TypeError('The connection was lost.'));
      request.onabort = () => reject(signal?.reason);
      signal?.addEventListener('abort', () => request.abort(), { once: true });
      request.send(body as XMLHttpRequestBodyInit);
    });

/** An answer of these statuses has no body, not even an empty one. */
const BODILESS = [204, 205, 304];

const answerOf = ({ status, statusText, response }: XMLHttpRequest) =>
  new Response(BODILESS.includes(status) ? null : (response as Blob), { status, statusText });
