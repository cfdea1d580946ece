import { useRouter, useSearchParams } from 'next/navigation'

/** Which part of the page is in sight: the address names it, so that it can be linked and reloaded. The first by default. */
export function useSettingsSection<Section extends string>(
  sections: readonly [Section, ...Section[]],
): [Section, (section: Section) => void] {
  const router = useRouter()
  const named = useSearchParams().get('section')
  const chosen = sections.find((section) => section === named) ?? sections[0]
  return [chosen, (section) => router.replace(`/admin/settings?section=${section}`, { scroll: false })]
}
