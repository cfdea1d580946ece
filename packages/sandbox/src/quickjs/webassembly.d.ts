// What is used of WebAssembly: TypeScript declares it with the browser's names only, which a server should not have.
declare namespace WebAssembly {
  class Memory {
    constructor(pages: { initial: number; maximum: number })
  }
  class Module {
    private constructor()
  }
  function compile(bytes: Uint8Array): Promise<Module>
}
