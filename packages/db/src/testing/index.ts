export { describeOnEachDialect } from './describe-on-each-dialect.ts'
export { makeTestSite, openTestDatabase, type TestDatabaseSite } from './open-test-database.ts'
