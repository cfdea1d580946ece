/**
 * What a page may load and talk to: itself. Scripts need the request's nonce. Styles may stand inline, because positions of popovers and
 * formulas are style attributes, which no nonce covers. `isDevelopment` lets the bundler's hot reload evaluate code.
 */
export function contentSecurityPolicy(nonce: string, host: string | null, isDevelopment: boolean): string {
  const sockets = host && /^[A-Za-z0-9.:[\]-]+$/.test(host) ? ` ws://${host} wss://${host}` : ''
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${sockets}`,
    "object-src 'none'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
  ].join('; ')
}
