import { FilterScreen } from '../../../../features/filter/filter-screen.tsx'

export default function FilterPage() {
  return <FilterScreen />
}
