/** Each state has a name of its own and no parent, so that any of them can be forgotten; `latestRef` is what the work tree was last. */
export const checkpointRefs = 'refs/checkpoints/'
export const latestRef = 'refs/latest'
/** Whose the commits of states are. */
export const checkpointIdentity = {
  GIT_AUTHOR_NAME: 'Reynard',
  GIT_AUTHOR_EMAIL: 'reynard@localhost',
  GIT_COMMITTER_NAME: 'Reynard',
  GIT_COMMITTER_EMAIL: 'reynard@localhost',
}
/** How states are compared; split at spaces where no shell does. */
export const diffOptions = '-r -M --no-ext-diff --no-textconv'
/**
 * $1: the last state's tree, $2: its commit, $3: a label, $4: a state to compare with, or nothing, $5: how many bytes of stdin name files
 * that are gone or touched, $6: from how many bytes on a file goes into one pack with others instead of a file of its own, $7: names of
 * files that were left out, as JSON. Prints tree and commit on a line, and what differs. One start of the walls instead of six.
 * Contents are not compressed before they are packed: a first state of a gigabyte would take half a minute of the processor.
 * What was touched is forgotten first, so that it is read again: git tells seconds apart, and programs set times back.
 */
export const saveScript = `set -e
if [ "$5" != 0 ]; then head -c "$5" | git update-index -z --force-remove --stdin; fi
git -c core.looseCompression=0 -c pack.compression=0 -c core.bigFileThreshold="$6" update-index -z --add --remove --replace --stdin
tree=$(git write-tree)
commit=$2
if [ "$tree" != "$1" ]; then
  commit=$(git commit-tree "$tree" -m "$3" -m "$7")
  git update-ref "${checkpointRefs}$commit" "$commit"
  git update-ref ${latestRef} "$commit"
fi
echo "$tree $commit"
if [ -n "$4" ] && [ "$4" != "$commit" ]; then
  git diff-tree ${diffOptions} -z --raw --numstat --abbrev=40 "$4" "$commit" --
fi
`
/**
 * $1: a state. Brings the work tree to it without the files that stdin names, which stay as they are: an index of its own tells what is
 * left of that state.
 */
export const restoreScript = `set -e
export GIT_INDEX_FILE="$GIT_DIR/restore-index"
rm -f "$GIT_INDEX_FILE" "$GIT_INDEX_FILE.lock"
git read-tree "$1"
git update-index -z --force-remove --stdin
tree=$(git write-tree)
rm -f "$GIT_INDEX_FILE"
unset GIT_INDEX_FILE
git read-tree --reset -u "$tree"
`
