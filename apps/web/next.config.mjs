/** @type {import('next').NextConfig} JavaScript, because TypeScript would be compiled anew at each start. */
const config = {
  transpilePackages: ['@reynard/client', '@reynard/protocol'],
  poweredByHeader: false,
  reactStrictMode: true,
  // The server compresses nothing on loopback; a proxy in front does it better, and streams stay streams.
  compress: false,
  // The optimiser decodes untrusted images; there is nothing here for it to do.
  images: { unoptimized: true },
  devIndicators: false,
  // Types are checked once, by `npm test`; a start on a bare machine need not wait for them.
  typescript: { ignoreBuildErrors: true },
  experimental: { optimizePackageImports: ['lucide-react', 'radix-ui'] },
}

export default config
