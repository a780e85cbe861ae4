namespace OrleansDiffusion.Simulation.Tests;

public sealed class NotOnThisEngine
{
    [Fact(Skip = "Simulations need the stand-in for Orleans: the real engine brings its own threads and clock. Select it with ./od setup.")]
    public void Simulations_run_on_the_stand_in()
    {
    }
}
