using Microsoft.Extensions.Options;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using OrleansDiffusion.Client.Grains;
using OrleansDiffusion.Client.Http;
using OrleansDiffusion.Fakes;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Client.Tests;

/// <summary>Calls whose answer does not come, on a clock that the test moves.</summary>
public sealed class LostCallTests
{
    private readonly ManualTime _time = new();
    private readonly GrainCalls _calls;

    public LostCallTests() => _calls = new GrainCalls(new GatewayLosses(), _time, Options.Create(new DiffusionClientOptions()));

    /// <summary>A silo that leaves cancels what it waits for; one that is gone cannot be connected to; the last one leaves nobody.</summary>
    public static TheoryData<Exception> Losses =>
    [
        new TaskCanceledException(), new ConnectionFailedException(), new SiloUnavailableException(), new OrleansException("No active nodes are compatible."),
    ];

    [Theory]
    [MemberData(nameof(Losses), DisableDiscoveryEnumeration = true)]
    public async Task What_is_lost_with_a_silo_is_asked_again(Exception loss)
    {
        var attempts = 0;
        var answer = _calls.Try(() => ++attempts == 1 ? Task.FromException<int>(loss) : Task.FromResult(7), CancellationToken.None);
        Assert.False(answer.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(300)); // The first pause at most: who failed together does not come back together.

        Assert.Equal(7, await answer);
    }

    [Fact]
    public async Task What_the_caller_cancels_is_not_asked_again()
    {
        using var mine = new CancellationTokenSource();
        var answer = _calls.Try(
            async () =>
            {
                await mine.CancelAsync();
                return await Task.FromCanceled<int>(mine.Token);
            },
            mine.Token);

        await Assert.ThrowsAsync<TaskCanceledException>(() => answer);
        Assert.Equal(0, _time.TimerCount);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_is_a_refusal_that_may_be_tried_again()
    {
        using var http = new HttpClient(new Silence()) { BaseAddress = new Uri("http://127.0.0.1:1"), Timeout = TimeSpan.FromMilliseconds(1) };

        var refused = await Assert.ThrowsAsync<DiffusionException>(() => new HttpDiffusionClient(http).GetAsync("job_1", TestContext.Current.CancellationToken));

        Assert.Equal(ErrorCode.Timeout, refused.Refusal.Code);
        Assert.True(ErrorTable.Of(refused.Refusal.Code).RetryHelps);
    }

    private sealed class Silence : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return new HttpResponseMessage();
        }
    }
}
