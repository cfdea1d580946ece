import { expect, test } from 'vitest'
import { splitPatch } from './split-patch.ts'

test('a patch of git falls into its files: changed, new, gone, renamed, empty, binary', () => {
  const patch = `diff --git a/a b.txt b/a b.txt
index 1..2 100644
--- a/a b.txt\t
+++ b/a b.txt\t
@@ -1 +1 @@
--- old
+++ new
diff --git a/new.ts b/new.ts
new file mode 100644
index 0..1
--- /dev/null
+++ b/new.ts
@@ -0,0 +1 @@
+x
diff --git a/gone.ts b/gone.ts
deleted file mode 100644
--- a/gone.ts
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git a/from.ts b/to.ts
similarity index 100%
rename from from.ts
rename to to.ts
diff --git a/empty b/empty
new file mode 100644
index 0..0
diff --git a/pic.png b/pic.png
index 1..2 100644
Binary files a/pic.png and b/pic.png differ
`
  expect(splitPatch(patch)).toEqual([
    { path: 'a b.txt', oldPath: null, change: 'modified', patch: '@@ -1 +1 @@\n--- old\n+++ new' },
    { path: 'new.ts', oldPath: null, change: 'added', patch: '@@ -0,0 +1 @@\n+x' },
    { path: 'gone.ts', oldPath: null, change: 'deleted', patch: '@@ -1 +0,0 @@\n-x' },
    { path: 'to.ts', oldPath: 'from.ts', change: 'renamed', patch: '' },
    { path: 'empty', oldPath: null, change: 'added', patch: '' },
    { path: 'pic.png', oldPath: null, change: 'modified', patch: '' },
  ])
  expect(splitPatch('')).toEqual([])
  expect(splitPatch('no patch at all\n@@ -1 +1 @@\n')).toEqual([])
})
