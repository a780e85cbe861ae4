using FsCheck;
using FsCheck.Fluent;

namespace OrleansDiffusion.Jobs.Tests;

/// <summary>Runs properties on the same cases every time; OD_SEED draws others.</summary>
internal static class Properties
{
    public const int CaseCount = 500;

    private static readonly ulong Seed = ulong.TryParse(Environment.GetEnvironmentVariable("OD_SEED"), out var seed) ? seed : 7;

    public static void Hold<T>(Gen<T> cases, Action<T> check) =>
        Prop.ForAll(cases.ToArbitrary(), check).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(CaseCount).WithReplay(Seed, 1));
}
