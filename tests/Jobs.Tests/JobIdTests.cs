namespace OrleansDiffusion.Jobs.Tests;

public sealed class JobIdTests
{
    private static readonly Guid Chance = new("0f8fad5b-d9cb-469f-a165-70867728950e");

    [Fact]
    public void Ids_sort_by_time_of_creation()
    {
        var earlier = JobId.New(new FixedTime(Examples.Noon), () => Guid.AllBitsSet);
        var later = JobId.New(new FixedTime(Examples.Noon.AddMilliseconds(1)), () => Guid.Empty);
        Assert.True(string.CompareOrdinal(earlier, later) < 0);
    }

    [Fact]
    public void An_id_is_valid_and_differs_by_chance()
    {
        var id = JobId.New(new FixedTime(Examples.Noon), () => Chance);
        Assert.True(JobId.IsValid(id));
        Assert.Equal(JobId.Length, id.Length);
        Assert.NotEqual(id, JobId.New(new FixedTime(Examples.Noon), () => Guid.Empty));
    }

    [Fact]
    public void The_same_key_names_the_same_job_of_a_tenant_and_no_other()
    {
        var id = JobId.FromIdempotencyKey("acme", "order-1");
        Assert.Equal(id, JobId.FromIdempotencyKey("acme", "order-1"));
        Assert.True(JobId.IsValid(id));
        Assert.NotEqual(id, JobId.FromIdempotencyKey("acme", "order-2"));
        Assert.NotEqual(id, JobId.FromIdempotencyKey("acm", "eorder-1"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("job_")]
    [InlineData("job_0123456789abcdefghjkmnpqr")]
    [InlineData("job_0123456789abcdefghjkmnpqrst")]
    [InlineData("job_0123456789abcdefghjkmnpqrI")]
    [InlineData("run_0123456789abcdefghjkmnpqrs")]
    public void What_is_no_id_is_not_valid(string? text) => Assert.False(JobId.IsValid(text));

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
