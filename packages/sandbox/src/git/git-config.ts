/**
 * The whole configuration that git sees, laid read-only over the one in the GIT_DIR for each call. No driver, filter, hook, editor, pager
 * or helper is named here, so none is ever run, whatever attributes and configurations a repository brings.
 */
export const gitConfig = `[core]
	repositoryformatversion = 0
	bare = false
	filemode = true
	symlinks = true
	hooksPath = /dev/null
	fsmonitor = false
	untrackedCache = false
	attributesFile = /dev/null
	excludesFile = /dev/null
	quotePath = false
	protectHFS = true
	protectNTFS = true
	compression = 1
	bigFileThreshold = 16m
	pager = cat
	editor = false
[advice]
	detachedHead = false
[gc]
	auto = 0
[maintenance]
	auto = false
[submodule]
	recurse = false
[diff]
	ignoreSubmodules = all
	renames = true
[status]
	submoduleSummary = false
[commit]
	gpgSign = false
[log]
	showSignature = false
[fetch]
	recurseSubmodules = false
	fsckObjects = true
[transfer]
	fsckObjects = true
[fsck]
	hasDot = error
	hasDotdot = error
	hasDotgit = error
	fullPathname = error
[fetch "fsck"]
	hasDot = error
	hasDotdot = error
	hasDotgit = error
	fullPathname = error
	zeroPaddedFilemode = warn
	badTimezone = warn
	missingSpaceBeforeDate = warn
[init]
	defaultBranch = main
`

/** Laid over `info/attributes` of a checkpoint's GIT_DIR: files are kept byte for byte, whatever the work tree's attributes ask for. */
export const byteExactAttributes = '* -text -ident -filter -working-tree-encoding\n'
